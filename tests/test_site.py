"""The whole site over HTTP: every address, asked by every standing in every phase, answers as written here.

The expected answers are written down and not computed from the table of rules: whoever adds an address adds its line,
and an address without one fails the test. In a cell, letters are who gets 200 (V visitor, S stakeholder, B member,
M moderator, A analyst, H host), LETTERS=403 who gets something else, and a lone number what the rest get. A cell of " is
the one before it."""

import contextvars
import re
from typing import Any

import pytest
from flask import Flask

from crowd import clock
from crowd.accounts.queries import hashed
from crowd.appeals import deeds as appeals
from crowd.db import db, transaction
from crowd.models import (
    Case,
    Contribution,
    Deposit,
    ExpertRequest,
    Invitation,
    JoinRequest,
    Mail,
    Merge,
    Sanction,
    Section,
    Theme,
    Themed,
    Version,
)
from crowd.reports import deeds as reports
from crowd.states import PHASES, Phase, Promise, Standing, State
from tests import make
from tests.actors import Actor
from tests.make import DAY
from tests.mending import acts

GET = """
endpoint                   | address                      | draft       | registration | members       | analysis      | open         | closed
accounts.me                | /me                          | SBMAH 403   | "            | "             | "             | "            | "
accounts.password          | /me/password                 | SBMAH 403   | "            | "             | "             | "            | "
accounts.two_factor        | /me/two-factor               | SBMAH 403   | "            | "             | "             | "            | "
accounts.two_factor_picture | /me/two-factor.svg          | SBMAH 403   | "            | "             | "             | "            | "
accounts.second_step       | /login/code                  | VSBMAH=302  | "            | "             | "             | "            | "
accounts.mails             | /me/mails                    | SBMAH 403   | "            | "             | "             | "            | "
accounts.back              | /login/sign-on               | 404         | "            | "             | "             | "            | "
accounts.sign_in           | /login                       | all         | "            | "             | "             | "            | "
accounts.recover           | /recover                     | all         | "            | "             | "             | "            | "
accounts.code              | /confirm                     | all         | "            | "             | "             | "            | "
accounts.confirm           | /confirm/no-such-secret      | 404         | "            | "             | "             | "            | "
accounts.invited           | /i/no-such-secret            | 404         | "            | "             | "             | "            | "
analysis.desk              | /host/ahp/analysis           | HM=403 404  | 403          | AH 403        | "             | "            | "
figures.figures            | /host/ahp/figures            | HM=403 404  | 403          | AH 403        | "             | "            | "
figures.figures            | /host/ahp/figures/time       | HM=403 404  | 403          | AH 403        | "             | "            | "
figures.figures            | /host/ahp/figures/ideas      | HM=403 404  | 403          | AH 403        | "             | "            | "
figures.figures_file       | /host/ahp/figures/profession.csv | HM=403 404 | 403       | AH 403        | "             | "            | "
figures.baseline_of        | /host/ahp/figures/baseline/region | H M=403 404 | H 403   | "             | "             | "            | "
figures.publish            | /host/ahp/figures/publish/members | H M=403 404 | H 403   | "             | "             | "            | "
figures.participation      | /c/ahp/participation         | HM 404      | all          | "             | "             | "            | "
figures.participation_file | /c/ahp/participation/days.csv | HM 404     | all          | "             | "             | "            | "
figures.participation_file | /c/ahp/participation/profession.csv | 404  | 404          | "             | "             | "            | "
analysis.public            | /c/ahp/groups                | 404         | 404          | "             | "             | "            | "
analysis.publish           | /host/ahp/analysis/runs/9999/publish | H=404 M=403 404 | H=404 403 | "         | "             | "            | "
analysis.groups            | /host/ahp/analysis/groups    | HM=403 404  | 403          | AH 403        | "             | "            | "
analysis.run               | /host/ahp/analysis/runs/9999 | HM=403 404  | 403          | AH=404 403    | "             | "            | "
analysis.run_csv           | /host/ahp/analysis/runs/9999.csv | HM=403 404 | 403        | AH=404 403    | "             | "            | "
accounts.join              | /c/ahp/join                  | HM 404      | all          | "             | "             | "            | "
accounts.details           | /c/ahp/join/details          | HM=403 404  | SA 403       | SA 403        | 403           | SA 403       | 403
coding.desk                | /host/ahp/coding             | HM=403 404  | 403          | AH 403        | "             | "            | "
coding.following           | /host/ahp/coding/next        | HM=403 404  | 403          | AH=302 403    | "             | "            | 403
coding.code                | /host/ahp/coding/{idea}      | HM=403 404  | "            | AH BM=403 404 | "             | AH 403       | 403
coding.settle              | /host/ahp/coding/{idea}/settle | HM=403 404 | "           | AH=404 BM=403 404 | "         | AH=404 403   | 403
coding.bulk                | /host/ahp/coding/bulk        | HM=403 404  | 403          | AH 403        | "             | "            | 403
coding.two                 | /host/ahp/coding/two         | HM=403 404  | 403          | AH 403        | "             | "            | "
coding.disagreements       | /host/ahp/coding/disagreements | HM=403 404  | 403          | AH 403        | "             | "            | "
coding.duplicates          | /host/ahp/coding/pairs       | HM=403 404  | 403          | AH 403        | "             | "            | 403
coding.for_moderators      | /moderate/pairs/ahp          | MH 403      | "            | "             | "             | "            | "
coding.codings             | /host/ahp/coding/codings.csv | HM=403 404  | 403          | AH 403        | "             | "            | "
care.hours                 | /host/ahp/hours              | H M=403 404 | H 403        | "             | "             | "            | "
care.rota                  | /moderate/rota               | MH 403      | "            | "             | "             | "            | "
care.figures               | /moderate/figures            | MH 403      | "            | "             | "             | "            | "
care.disagreements         | /moderate/disagreements      | MH 403      | "            | "             | "             | "            | "
care.readings              | /moderate/readings           | MH 403      | "            | "             | "             | "            | "
care.reading               | /moderate/readings/{reading} | 403         | 403          | MH 403        | MH 403        | MH 403       | MH 403
care.reading               | /moderate/readings/99999     | MH=404 403  | "            | "             | "             | "            | "
care.unveilings            | /moderate/unveilings         | MH 403      | "            | "             | "             | "            | "
care.ask_who               | /moderate/{version}/who      | 403         | 403          | MH 403        | MH 403        | MH 403       | MH 403
appeals.ask                | /p/{refused}/appeal          | HM=403 404  | HM=403 404   | B HM=403 404  | B HM=403 404  | B HM=403 404 | B HM=403 404
appeals.ask                | /p/{idea}/appeal             | HM=403 404  | HM=403 404   | BMAH=403 404  | BMAH=403 404  | 403          | 403
appeals.appeal             | /moderate/appeals/{appeal}   | 403         | 403          | MH 403        | MH 403        | MH 403       | MH 403
appeals.appeal             | /moderate/appeals/99999      | HM=404 403  | "            | "             | "             | "            | "
brand_sheet                | /brand-1.css                 | all         | "            | "             | "             | "            | "
consultations.front        | /                            | HM=302 200  | 302          | "             | "             | "            | "
consultations.landing      | /c/ahp/                      | HM 404      | all          | "             | "             | "            | "
consultations.landing      | /c/nothing/                  | 404         | "            | "             | "             | "            | "
consultations.rules        | /c/ahp/rules                 | HM 404      | all          | "             | "             | "            | "
consultations.dates        | /c/ahp/dates.ics             | HM 404      | all          | "             | "             | "            | "
consultations.begin        | /host/new                    | H 403       | "            | "             | "             | "            | "
consultations.set_up       | /host/ahp/                   | H M=403 404 | H 403        | "             | "             | "            | "
consultations.questions    | /host/ahp/questions          | H M=403 404 | H 403        | "             | "             | "            | "
consultations.question     | /host/ahp/questions/1        | H M=403 404 | H 403        | "             | "             | "            | "
consultations.question     | /host/ahp/questions/9        | 404         | "            | "             | "             | "            | "
consultations.plan         | /host/ahp/schedule           | H M=403 404 | H 403        | "             | "             | "            | "
consultations.switch       | /host/ahp/switch             | H M=403 404 | H 403        | "             | "             | "            | "
consultations.undo         | /host/ahp/undo               | H M=403 404 | H 403        | "             | "             | "            | "
evidence.library           | /c/ahp/evidence              | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
evidence.citations_file    | /c/ahp/evidence.csv          | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
exports.data               | /c/ahp/data                  | HM 404      | all          | "             | "             | "            | "
exports.consultation_json  | /c/ahp/data/consultation.json | HM 404     | all          | "             | "             | "            | "
exports.public_file        | /c/ahp/data/public.zip       | 404         | "            | "             | "             | all          | all
exports.public_file        | /c/ahp/data/public.exe       | 404         | "            | "             | "             | "            | "
exports.data_dictionary    | /c/ahp/data/dictionary.csv   | 404         | "            | "             | "             | all          | all
exports.contributions_json | /c/ahp/data/contributions.json | 404       | "            | "             | "             | all          | all
exports.findings_json      | /c/ahp/data/findings.json    | 404         | "            | "             | "             | all          | all
exports.themes_json        | /c/ahp/data/themes.json      | 404         | "            | "             | "             | all          | all
exports.datacite_json      | /c/ahp/data/datacite.json    | 404         | "            | "             | "             | all          | all
exports.findings_datacite  | /c/ahp/data/findings-datacite.json | 404   | "            | "             | "             | all          | all
exports.cite               | /c/ahp/data/cite.bib         | 404         | "            | "             | "             | all          | all
exports.cite_finding       | /c/ahp/findings/1.bib        | 404         | 404          | AH 404        | MAH 404       | all          | all
exports.cite_finding       | /c/ahp/findings/2.bib        | 404         | 404          | AH 404        | MAH 404       | MAH 404      | MAH 404
exports.exports            | /host/ahp/exports            | H M=403 404 | H 403        | "             | "             | "            | "
evidence.library_bib       | /c/ahp/evidence.bib          | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
evidence.deposit           | /c/ahp/evidence/1            | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
evidence.deposit           | /c/ahp/evidence/9            | 404         | HM=404 403   | BMAH=404 403  | BMAH=404 403  | 404          | 404
evidence.deposit_bib       | /c/ahp/evidence/1.bib        | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
evidence.add               | /host/ahp/evidence/new       | H M=403 404 | H 403        | "             | "             | "            | "
evidence.change            | /host/ahp/evidence/1         | H M=403 404 | H 403        | "             | "             | "            | "
evidence.documents         | /host/ahp/questions/1/documents | H M=403 404 | H 403     | "             | "             | "            | "
evidence.file              | /files/{file}/a.pdf          | HM 404      | HM 404       | BMAH 404      | BMAH 404      | all          | all
evidence.file              | /files/{private_file}/a.pdf  | HM 404      | HM 404       | BMAH 404      | BMAH 404      | BMAH 404     | BMAH 404
evidence.file              | /files/{own_held_file}/a.pdf | HM 404      | HM 404       | BHM 404       | BHM 404       | BHM 404      | BHM 404
evidence.file              | /files/{waiting_file}/a.pdf  | B 404       | "            | "             | "             | "            | "
evidence.file              | /files/{document}/a.pdf      | HM 404      | HM 404       | BMAH 404      | BMAH 404      | all          | all
evidence.file              | /files/99999/a.pdf           | 404         | "            | "             | "             | "            | "
experts.requests           | /host/ahp/experts            | H M=403 404 | H 403        | "             | "             | "            | "
experts.link               | /x/no-such-secret            | 404         | "            | "             | "             | "            | "
experts.link               | /x/{secret}                  | 200         | "            | "             | "             | "            | "
experts.document           | /x/no-such-secret/files/1/a.pdf | 404         | "            | "             | "             | "            | "
experts.document           | /x/{secret}/files/{document}/a.pdf | all         | all          | all           | 404           | 404          | 404
experts.document           | /x/{secret}/files/{file}/a.pdf | 404         | "            | "             | "             | "            | "
experts.pass_on            | /x/no-such-secret/pass-on    | 404         | "            | "             | "             | "            | "
experts.pass_on            | /x/{secret}/pass-on          | 200         | "            | "             | "             | "            | "
experts.decline            | /x/no-such-secret/not-mine   | 404         | "            | "             | "             | "            | "
experts.decline            | /x/{secret}/not-mine         | 200         | "            | "             | "             | "            | "
findings.findings          | /c/ahp/findings              | HM 404      | all          | "             | "             | "            | "
findings.finding           | /c/ahp/findings/1            | 404         | 404          | AH 404        | MAH 404       | all          | all
findings.finding           | /c/ahp/findings/2            | 404         | 404          | AH 404        | MAH 404       | MAH 404      | MAH 404
threads.finding_news       | /c/ahp/findings/1/news       | 404         | 404          | H A=204 404   | MH A=204 404  | all          | all
threads.finding_news       | /c/ahp/findings/2/news       | 404         | 404          | AH=204 404    | MAH=204 404   | MAH=204 404  | MAH=204 404
findings.write             | /c/ahp/findings/new          | HM=403 404  | 403          | AH 403        | AH 403        | AH 403       | 403
findings.edit              | /c/ahp/findings/1/edit       | 404         | 404          | AH 404        | AH M=403 404  | AH 403       | 403
findings.publish           | /c/ahp/findings/2/publish    | 404         | 404          | AH 404        | AH M=403 404  | AH M=403 404 | MAH=403 404
findings.evidence          | /c/ahp/findings/1/evidence   | 404         | 404          | AH 404        | AH M=403 404  | AH 403       | 403
answering.what_happened    | /c/ahp/since                 | HM 404      | all          | "             | "             | "            | "
answering.support          | /host/ahp/support            | H M=403 404 | H 403        | "             | "             | "            | "
hosting.slips              | /host/ahp/invitations/99999/slips | H=404 403 | "          | "             | "             | "            | "
notices.since_feed         | /c/ahp/since.atom            | HM 404      | all          | "             | "             | "            | "
publishing.newest          | /c/ahp/report                | HM 404      | all          | "             | "             | "            | "
publishing.report          | /c/ahp/report/99999          | 404         | "            | "             | "             | "            | "
publishing.pdf             | /c/ahp/report/99999.pdf      | 404         | "            | "             | "             | "            | "
publishing.slides          | /c/ahp/slides                | HM 404      | all          | "             | "             | "            | "
publishing.slides_of       | /c/ahp/report/99999/slides   | 404         | "            | "             | "             | "            | "
answering.respond          | /c/ahp/findings/1/respond    | 404         | 404          | AH=403 404    | MAH=403 404   | H 403        | H 403
findings.document          | /host/ahp/findings           | HM=403 404  | 403          | AH 403        | AH 403        | AH 403       | 403
findings.make_section      | /host/ahp/findings/sections/new | HM=403 404 | 403        | AH 403        | AH 403        | AH 403       | 403
findings.section           | /host/ahp/findings/sections/1 | HM=403 404 | 403          | AH 403        | AH 403        | AH 403       | 403
findings.section           | /host/ahp/findings/sections/9 | HM=403 404 | 403          | AH=404 403    | AH=404 403    | AH=404 403   | 403
findings.worklist          | /host/ahp/considered         | HM=403 404  | 403          | AH 403        | "             | "            | "
findings.versions          | /c/ahp/findings/1/versions   | 404         | 404          | AH 404        | AH M=403 404  | AH 403       | AH 403
findings.take_back         | /c/ahp/findings/1/versions/1/take-back | 404 | 404        | AH 404        | AH M=403 404  | AH 403       | 403
findings.edition           | /c/ahp/findings/1/v/1        | 404         | 404          | AH 404        | MAH 404       | all          | all
findings.edition           | /c/ahp/findings/2/v/1        | 404         | 404          | 404           | 404           | 404          | 404
findings.quotes_of         | /c/ahp/findings/1/quotes     | 404         | 404          | AH 404        | AH M=403 404  | AH 403       | 403
findings.remarks_on        | /c/ahp/findings/1/remarks    | 404         | 404          | AH 404        | AH M=403 404  | AH 403       | AH 403
findings.figures_of        | /c/ahp/findings/1/figures    | 404         | 404          | AH 404        | AH M=403 404  | AH 403       | 403
healthz                    | /healthz                     | all         | "            | "             | "             | "            | "
hosting.desk               | /host/                       | H 403       | "            | "             | "             | "            | "
founding.first             | /first/no-such-secret        | 404         | "            | "             | "             | "            | "
founding.steps             | /host/first-steps            | H 403       | "            | "             | "             | "            | "
founding.step              | /host/first-steps/dates      | H 403       | "            | "             | "             | "            | "
founding.step              | /host/first-steps/none       | H=404 403   | "            | "             | "             | "            | "
hosting.register           | /host/register               | H 403       | "            | "             | "             | "            | "
hosting.uploaded           | /host/register/99999         | H=404 403   | "            | "             | "             | "            | "
hosting.bad_rows           | /host/register/99999/problems.csv | H=404 403 | "         | "             | "             | "            | "
hosting.number_formats     | /host/register/numbers       | H 403       | "            | "             | "             | "            | "
hosting.addresses          | /host/register/addresses     | H 403       | "            | "             | "             | "            | "
imports.files              | /host/import                 | H 403       | "            | "             | "             | "            | "
imports.template           | /host/import/template.csv    | H 403       | "            | "             | "             | "            | "
imports.file               | /host/import/99999           | H=404 403   | "            | "             | "             | "            | "
imports.left               | /host/import/99999/left.csv  | H=404 403   | "            | "             | "             | "            | "
hosting.people             | /host/people                 | H 403       | "            | "             | "             | "            | "
hosting.mails              | /host/mails                  | H 403       | "            | "             | "             | "            | "
hosting.sign_on_provider   | /host/sign-on                | H 403       | "            | "             | "             | "            | "
hosting.look               | /host/look                   | H 403       | "            | "             | "             | "            | "
wording.page               | /privacy                     | all         | "            | "             | "             | "            | "
wording.page               | /house-rules                 | all         | "            | "             | "             | "            | "
wording.pages              | /host/pages                  | H 403       | "            | "             | "             | "            | "
wording.edit               | /host/pages/privacy          | H 403       | "            | "             | "             | "            | "
wording.letters            | /host/words                  | H 403       | "            | "             | "             | "            | "
wording.letter             | /host/words/returned         | H 403       | "            | "             | "             | "            | "
hosting.put_logo           | /host/look/logo              | H 403       | "            | "             | "             | "            | "
hosting.logo_file          | /logo-none                   | 404         | "            | "             | "             | "            | "
hosting.mails_to           | /host/people/{person}/mails  | H 403       | "            | "             | "             | "            | "
hosting.account            | /host/people/{person}        | H 403       | "            | "             | "             | "            | "
holding.settings           | /host/ahp/holding            | H M=403 404 | H 403        | "             | "             | "            | "
holding.trial              | /host/ahp/holding/try        | H M=403 404 | H 403        | "             | "             | "            | "
hosting.invitations        | /host/ahp/invitations        | H 403       | "            | "             | "             | "            | "
hosting.requests           | /host/ahp/requests           | H 403       | "            | "             | "             | "            | "
hosting.decide             | /host/ahp/requests/{request} | H 403       | "            | "             | "             | "            | "
mending.redact             | /moderate/{version}/redact   | 403         | 403          | MH 403        | MH 403        | MH 403       | MH 403
mending.merge              | /moderate/{version}/merge    | 403         | 403          | MH 403        | MH 403        | MH 403       | MH 403
mending.merges             | /moderate/merges             | MH 403      | "            | "             | "             | "            | "
mending.seal               | /moderate/{version}/seal     | M=403 H=403 403 | "        | H=404 403     | "             | "            | "
mending.seal               | /moderate/{sealed}/seal      | 403         | 403          | H 403         | H 403         | H 403        | H 403
moderation.queue           | /moderate                    | MH 403      | "            | "             | "             | "            | "
moderation.decided         | /moderate/decided            | MH 403      | "            | "             | "             | "            | "
moderation.returned        | /moderate/returned           | MH 403      | "            | "             | "             | "            | "
moderation.decide          | /moderate/{version}          | 403         | 403          | MH 403        | MH 403        | MH 403       | MH 403
moderation.beside          | /moderate/{version}/notes    | 403         | 403          | MH=302 403    | MH=302 403    | MH=302 403   | MH=302 403
moderation.reasons         | /host/reasons                | H 403       | "            | "             | "             | "            | "
moderation.add_reason      | /host/reasons/new            | H 403       | "            | "             | "             | "            | "
moderation.edit_reason     | /host/reasons/{reason}       | H 403       | "            | "             | "             | "            | "
moderation.log             | /host/ahp/log                | H M=403 404 | H 403        | "             | "             | "            | "
moderation.log_file        | /host/ahp/log.csv            | H M=403 404 | H 403        | "             | "             | "            | "
notices.notices            | /me/notices                  | SBMAH 403   | "            | "             | "             | "            | "
notices.feeds              | /me/feeds                    | SBMAH 403   | "            | "             | "             | "            | "
notices.mails              | /me/notices/mails            | SBMAH 403   | "            | "             | "             | "            | "
notices.leave              | /following/1-0               | 404         | "            | "             | "             | "            | "
notices.following_feed     | /me/following.atom           | SBMAH 403   | "            | "             | "             | "            | "
notices.question_feed      | /c/ahp/q/1.atom              | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
notices.question_feed      | /c/ahp/q/9.atom              | 404         | "            | "             | "             | "            | "
notices.thread_feed        | /p/{idea}.atom               | HM 404      | HM 404       | BMAH 404      | BMAH 404      | all          | all
notices.thread_feed        | /p/{private}.atom            | HM 404      | HM 404       | BMAH 404      | BMAH 404      | BMAH 404     | BMAH 404
notices.thread_feed        | /p/{held}.atom               | HM 404      | HM 404       | HM 404        | HM 404        | HM 404       | HM 404
notices.thread_feed        | /p/{said}.atom               | HM 404      | HM 404       | HM 404        | HM 404        | all          | all
notices.consultation_feed  | /c/ahp/everything.atom       | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
notices.evidence_feed      | /c/ahp/evidence.atom         | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
notices.findings_feed      | /c/ahp/findings.atom         | HM 404      | all          | "             | "             | "            | "
notices.finding_feed       | /c/ahp/findings/1.atom       | 404         | 404          | AH 404        | MAH 404       | all          | all
notices.finding_feed       | /c/ahp/findings/2.atom       | 404         | 404          | AH 404        | MAH 404       | MAH 404      | MAH 404
notices.theme_feed         | /c/ahp/themes/1.atom         | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
notices.theme_feed         | /c/ahp/themes/9.atom         | 404         | HM=404 403   | BMAH=404 403  | BMAH=404 403  | 404          | 404
readyz                     | /readyz                      | all         | "            | "             | "             | "            | "
metrics                    | /metrics                     | 404         | "            | "             | "             | "            | "
reports.report             | /p/{idea}/report             | HM=403 404  | HM=403 404   | B MAH=403 404 | B MAH=403 404 | VSBA HM=403 403 | VSBA HM=403 403
reports.report             | /p/{private}/report          | HM=403 404  | HM=403 404   | B MAH=403 404 | B MAH=403 404 | B MAH=403 404 | B MAH=403 404
reports.report             | /p/{own}/report              | HM=403 404  | HM=403 404   | BMAH=403 404  | BMAH=403 404  | VSA BHM=403 403 | VSA BHM=403 403
reports.report             | /p/{held}/report             | HM=403 404  | HM=403 404   | HM=403 404    | HM=403 404    | HM=403 404   | HM=403 404
reports.report             | /p/{said}/report             | HM=403 404  | HM=403 404   | HM=403 404    | HM=403 404    | VSBA HM=403 403 | VSBA HM=403 403
reports.check              | /p/{idea}/check              | HM=403 404  | HM=403 404   | MH BA=403 404 | MH BA=403 404 | MH 403       | MH 403
reports.check              | /p/{held}/check              | HM=403 404  | HM=403 404   | 404           | 404           | 404          | 404
reports.published          | /moderate/published/{case}   | 403         | 403          | MH 403        | "             | "            | "
reports.how_we_moderate    | /c/ahp/moderation            | HM 404      | all          | "             | "             | "            | "
reports.policy             | /host/ahp/policy             | H M=403 404 | H 403        | "             | "             | "            | "
reports.published          | /moderate/published/99999    | HM=404 403  | "            | "             | "             | "            | "
sanctions.confirm          | /me/warnings/{warning}       | B SMAH=404 403 | "         | "             | "             | "            | "
sanctions.confirm          | /me/warnings/99999           | SBMAH=404 403 | "          | "             | "             | "            | "
sanctions.new              | /moderate/sanctions/new?version={version} | HM=403 404 | HM=403 404 | HM 404 | HM 404          | HM 404       | HM 404
sanctions.of_person        | /host/people/{person}/sanctions | H 403    | "            | "             | "             | "            | "
search.search              | /c/ahp/search                | HM 404      | HM 403       | BMAH 403      | "             | all          | "
static                     | /static/app.css              | all         | "            | "             | "             | "            | "
switching.look             | /host/ahp/as                 | H M=403 404 | H 403        | "             | "             | "            | "
switching.news             | /news/1-0                    | 404         | "            | "             | "             | "            | "
switching.my_news          | /me/news                     | SBMAH 403   | "            | "             | "             | "            | "
switching.checks           | /host/ahp/checklist          | H M=403 404 | H 403        | "             | "             | "            | "
switching.promise_report   | /host/ahp/promises           | H M=403 404 | H 403        | "             | "             | "            | "
switching.record           | /c/ahp/records/members.json  | 404         | HM=404 403   | BMAH=404 403  | BMAH=404 403  | 404          | 404
themes.themes              | /c/ahp/themes                | HM 404      | HM 403       | BMAH 403      | "             | all          | "
themes.book                | /host/ahp/codebook           | HM=403 404  | 403          | AH 403        | "             | "            | "
themes.version             | /host/ahp/codebook/9         | HM=403 404  | 403          | AH=404 403    | "             | "            | "
themes.download            | /host/ahp/codebook.csv       | HM=403 404  | 403          | AH 403        | "             | "            | "
themes.take_in             | /host/ahp/codebook/import    | HM=403 404  | 403          | AH 403        | "             | "            | 403
themes.merge               | /host/ahp/codebook/1/merge   | HM=403 404  | 403          | AH 403        | "             | "            | 403
themes.make                | /c/ahp/themes/new            | HM=403 404  | 403          | AH 403        | "             | "            | 403
themes.change              | /c/ahp/themes/1              | HM=403 404  | 403          | AH 403        | "             | "            | 403
themes.change              | /c/ahp/themes/9              | HM=403 404  | 403          | AH=404 403    | "             | "            | 403
themes.give                | /p/{idea}/themes             | HM=403 404  | "            | AH BM=403 404 | "             | AH 403       | 403
threads.question           | /c/ahp/q/1                   | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
threads.question           | /c/ahp/q/9                   | 404         | "            | "             | "             | "            | "
threads.question_news      | /c/ahp/q/1/news              | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
threads.question_news      | /c/ahp/q/9/news              | 404         | "            | "             | "             | "            | "
threads.write              | /c/ahp/q/1/new               | HM=403 404  | 403          | BMH 403       | 403           | 403          | 403
threads.contribution       | /p/{idea}                    | HM 404      | HM 404       | BMAH 404      | BMAH 404      | all          | all
threads.contribution       | /p/{private}                 | HM 404      | HM 404       | BMAH 404      | BMAH 404      | BMAH 404     | BMAH 404
threads.contribution       | /p/{held}                    | HM 404      | HM 404       | HM 404        | HM 404        | HM 404       | HM 404
threads.contribution       | /p/{own_held}                | HM 404      | HM 404       | BHM 404       | BHM 404       | BHM 404      | BHM 404
threads.contribution       | /p/{said}                    | 404         | 404          | H=302 404     | HM=302 404    | 302          | 302
threads.contribution       | /p/99999                     | 404         | "            | "             | "             | "            | "
threads.thread_news        | /p/{idea}/news               | HM 404      | HM 404       | BMAH 404      | BMAH 404      | all          | all
threads.thread_news        | /p/{private}/news            | HM 404      | HM 404       | BMAH 404      | BMAH 404      | BMAH 404     | BMAH 404
threads.thread_news        | /p/{held}/news               | HM=204 404  | HM=204 404   | HM=204 404    | HM=204 404    | HM=204 404   | HM=204 404
threads.thread_news        | /p/99999/news                | 404         | "            | "             | "             | "            | "
threads.cited              | /p/AHP-2016-0001             | HM=302 404  | HM=302 404   | BMAH=302 404  | BMAH=302 404  | 302          | 302
threads.cited              | /p/AHP-2016-0002             | HM=302 404  | HM=302 404   | BMAH=302 404  | BMAH=302 404  | BMAH=302 404 | BMAH=302 404
threads.cited              | /p/AHP-2016-9999             | 404         | "            | "             | "             | "            | "
threads.reply              | /p/{idea}/reply              | HM=403 404  | HM=403 404   | BMH A=403 404 | BMAH=403 404  | 403          | 403
threads.reply              | /p/{private}/reply           | HM=403 404  | HM=403 404   | BMH A=403 404 | BMAH=403 404  | BMAH=403 404 | BMAH=403 404
threads.reply              | /p/{held}/reply              | HM=403 404  | HM=403 404   | HM=403 404    | HM=403 404    | HM=403 404   | HM=403 404
threads.reply              | /p/{said}/reply              | HM=403 404  | HM=403 404   | HM=403 404    | HM=403 404    | SBMH 403     | 403
threads.edit               | /p/{own}/edit                | HM=403 404  | HM=403 404   | B MAH=403 404 | BMAH=403 404  | 403          | 403
threads.edit               | /p/{idea}/edit               | HM=403 404  | HM=403 404   | BMAH=403 404  | BMAH=403 404  | 403          | 403
threads.withdraw           | /p/{own}/withdraw            | HM=403 404  | HM=403 404   | B MAH=403 404 | B MAH=403 404 | B 403        | B 403
threads.promise            | /p/{own}/promise             | HM=403 404  | HM=403 404   | B MAH=403 404 | B MAH=403 404 | B 403        | B 403
threads.sent               | /p/{own}/sent                | 404         | 404          | B 404         | B 404         | B 404        | B 404
threads.close              | /p/{idea}/close              | HM=403 404  | HM=403 404   | HM BA=403 404 | BMAH=403 404  | 403          | 403
threads.close              | /p/{said}/close              | HM=403 404  | HM=403 404   | HM=403 404    | HM=403 404    | HM 403       | 403
threads.by_profession      | /p/{idea}/professions        | HM=403 404  | HM=403 404   | H BMA=403 404 | H BMA=403 404 | H 403        | H 403
threads.by_profession      | /p/{held}/professions        | HM=403 404  | HM=403 404   | HM=403 404    | HM=403 404    | HM=403 404   | HM=403 404
threads.versions           | /p/{own}/versions            | HM 404      | HM 404       | BMH A=403 404 | BMH A=403 404 | BMH 403      | BMH 403
threads.versions           | /p/{idea}/versions           | HM 404      | HM 404       | MH BA=403 404 | MH BA=403 404 | MH 403       | MH 403
threads.versions           | /p/{held}/versions           | HM 404      | HM 404       | HM 404        | HM 404        | HM 404       | HM 404
threads.vote_one           | /c/ahp/vote                  | HM 404      | HM 403       | BMAH 403      | BMAH 403      | all          | all
threads.comment_on_finding | /c/ahp/findings/1/comment    | 404         | 404          | AH=403 404    | MAH=403 404   | SBMH 403     | 403
threads.comment_on_finding | /c/ahp/findings/2/comment    | 404         | 404          | AH=403 404    | MAH=403 404   | MAH=403 404  | MAH=403 404
"""

# What is sent to an address: "done" is 302 or 200, "asked again" 422 or 400. The rest is exact.
POST = """
endpoint                   | address and fields                              | draft           | registration | members       | analysis          | open              | closed
accounts.sign_in           | /login                                          | all             | "            | "             | "                 | "                 | "
accounts.recover           | /recover                                        | all             | "            | "             | "                 | "                 | "
accounts.code              | /confirm                                        | all             | "            | "             | "                 | "                 | "
accounts.confirm           | /confirm/no-such-secret                         | 404             | "            | "             | "                 | "                 | "
accounts.invited           | /i/no-such-secret                               | 404             | "            | "             | "                 | "                 | "
figures.keep               | /host/ahp/figures/time/keep                     | HM=403 404      | 403          | AH 403        | "                 | "                 | "
figures.baseline_of        | /host/ahp/figures/baseline/profession text=     | H M=403 404     | H 403        | "             | "                 | "                 | "
figures.publish            | /host/ahp/figures/publish/members               | H=409 M=403 404 | H=409 403    | "             | H 403             | "                 | "
accounts.join              | /c/ahp/join                                     | HM 404          | all          | "             | "                 | "                 | "
accounts.details           | /c/ahp/join/details                             | HM=403 404      | SA 403       | SA 403        | VSA=409 403       | SA 403            | VSA=409 403
analysis.publish           | /host/ahp/analysis/runs/9999/publish            | H=404 M=403 404 | H=404 403    | "             | "                 | "                 | "
analysis.groups            | /host/ahp/analysis/groups                       | HM=403 404      | 403          | AH 403        | "                 | "                 | "
analysis.again             | /host/ahp/analysis/runs/9999/again              | HM=403 404      | 403          | AH=404 403    | "                 | "                 | "
accounts.confirm_address   | /me/confirm-address                             | SBMAH 403       | "            | "             | "                 | "                 | "
accounts.with_provider     | /login/with                                     | 404             | "            | "             | "                 | "                 | "
accounts.unlink            | /me/sign-on/end                                 | SBMAH 403       | "            | "             | "                 | "                 | "
accounts.begin_passkey     | /me/passkeys/begin                              | SBMAH 403       | "            | "             | "                 | "                 | "
accounts.add_passkey       | /me/passkeys                                    | SBMAH=422 403   | "            | "             | "                 | "                 | "
accounts.remove_passkey    | /me/passkeys/1/remove                           | SBMAH 403       | "            | "             | "                 | "                 | "
accounts.renew_codes       | /me/recovery-codes                              | SBMAH 403       | "            | "             | "                 | "                 | "
accounts.begin_passkey_sign_in | /login/passkey/begin                        | all             | "            | "             | "                 | "                 | "
accounts.passkey           | /login/passkey                                  | 422             | "            | "             | "                 | "                 | "
accounts.password          | /me/password                                    | SBMAH 403       | "            | "             | "                 | "                 | "
accounts.two_factor        | /me/two-factor                                  | SBMAH 403       | "            | "             | "                 | "                 | "
accounts.change_two_factor | /me/two-factor/change                           | SBMAH=302 403   | "            | "             | "                 | "                 | "
accounts.second_step       | /login/code                                     | VSBMAH=302      | "            | "             | "                 | "                 | "
accounts.mails             | /me/mails                                       | SBMAH 403       | "            | "             | "                 | "                 | "
coding.code                | /host/ahp/coding/{idea} nothing=y               | HM=403 404      | "            | AH BM=403 404 | "                 | AH 403            | AH=409 403
coding.undo                | /host/ahp/coding/{idea}/undo                    | HM=403 404      | "            | AH BM=403 404 | "                 | AH 403            | AH=409 403
coding.code                | /host/ahp/coding/{idea} themes={theme}          | HM=403 404      | "            | AH BM=403 404 | "                 | AH 403            | AH=409 403
coding.settle              | /host/ahp/coding/{idea}/settle                  | HM=403 404      | "            | AH=404 BM=403 404 | "             | AH=404 403        | AH=409 403
coding.bulk                | /host/ahp/coding/bulk theme=1                   | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
coding.two                 | /host/ahp/coding/two                            | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
coding.kappa               | /host/ahp/coding/kappa                          | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
coding.keys                | /host/ahp/coding/keys do=off                    | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
coding.save_view           | /host/ahp/coding/views name=Mine                | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
coding.look_for_pairs      | /host/ahp/coding/pairs                          | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
coding.mark                | /host/ahp/coding/pairs/99999 do=apart           | HM=403 404      | 403          | AH=404 403    | "                 | "                 | AH=409 403
coding.mark_as_moderator   | /moderate/pairs/ahp/99999 do=apart              | MH=404 403      | "            | "             | "                 | "                 | "
care.hours                 | /host/ahp/hours                                 | H M=403 404     | H 403        | "             | "                 | "                 | "
care.rota                  | /moderate/rota                                  | MH 403          | "            | "             | "                 | "                 | "
care.reading               | /moderate/readings/{reading}                    | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
care.ask_who               | /moderate/{version}/who                         | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
care.answer_wish           | /moderate/unveilings/{wish}                     | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
care.look                  | /moderate/unveilings/{wish}/look                | 403             | "            | "             | "                 | "                 | "
accounts.discard           | /me/drafts/question-1/discard                   | SBMAH 403       | "            | "             | "                 | "                 | "
appeals.ask                | /p/{refused}/appeal                             | HM=403 404      | HM=403 404   | B HM=403 404  | B HM=403 404      | B HM=403 404      | B HM=403 404
appeals.appeal             | /moderate/appeals/{appeal} outcome=upheld       | 403             | 403          | MH=409 403    | MH=409 403        | MH=409 403        | MH=409 403
choose_theme               | /theme theme=dark                               | all             | "            | "             | "                 | "                 | "
languages.choose           | /language language=en                           | all             | "            | "             | "                 | "                 | "
consultations.begin        | /host/new                                       | H 403           | "            | "             | "                 | "                 | "
consultations.set_up       | /host/ahp/                                      | H M=403 404     | H 403        | "             | "                 | "                 | "
consultations.questions    | /host/ahp/questions                             | H M=403 404     | H 403        | "             | "                 | "                 | "
consultations.question     | /host/ahp/questions/1                           | H M=403 404     | H 403        | "             | "                 | "                 | "
consultations.drop         | /host/ahp/questions/3/drop                      | M=403 H=302 404 | H=302 403    | "             | "                 | "                 | "
consultations.plan         | /host/ahp/schedule seen=old                     | H=409 M=403 404 | H=409 403    | "             | "                 | "                 | "
consultations.switch       | /host/ahp/switch                                | H M=403 404     | H 403        | "             | "                 | "                 | "
consultations.undo         | /host/ahp/undo seen=old                         | H=409 M=403 404 | H=409 403    | "             | "                 | "                 | "
exports.exports            | /host/ahp/exports                               | H M=403 404     | H 403        | "             | "                 | "                 | "
exports.licence            | /host/ahp/exports/licence                       | H M=403 404     | H 403        | "             | "                 | "                 | "
exports.download           | /host/ahp/exports/99                            | H=404 M=403 404 | H=404 403    | "             | "                 | "                 | "
evidence.add               | /host/ahp/evidence/new                          | H M=403 404     | H 403        | "             | "                 | "                 | "
evidence.change            | /host/ahp/evidence/1                            | H M=403 404     | H 403        | "             | "                 | "                 | "
evidence.remove_deposit_file | /host/ahp/evidence/1/files/9/remove           | H M=403 404     | H 403        | "             | "                 | "                 | "
evidence.remove_deposit    | /host/ahp/evidence/9/remove                     | H=404 M=403 404 | H=404 403    | "             | "                 | "                 | "
evidence.documents         | /host/ahp/questions/1/documents                 | H M=403 404     | H 403        | "             | "                 | "                 | "
evidence.remove_document   | /host/ahp/questions/1/documents/{document}/remove | H M=403 404   | H 403        | "             | "                 | "                 | "
experts.requests           | /host/ahp/experts                               | H=403 M=403 404 | H 403        | "             | H=409 403         | H=409 403         | H=409 403
experts.remind             | /host/ahp/experts/{other_expert}/remind         | H=403 M=403 404 | H 403        | "             | H=409 403         | H=409 403         | H=409 403
experts.take_back          | /host/ahp/experts/{other_expert}/take-back      | H=403 M=403 404 | H 403        | "             | H=409 403         | H=409 403         | H=409 403
experts.link               | /x/no-such-secret                               | 404             | "            | "             | "                 | "                 | "
experts.link               | /x/{secret}                                     | 409             | 409          | V=302 409     | 409               | 409               | 409
experts.pass_on            | /x/{secret}/pass-on                             | 422             | "            | "             | 409               | "                 | "
experts.decline            | /x/{secret}/not-mine reason={long}              | 422             | "            | "             | 409               | "                 | "
findings.write             | /c/ahp/findings/new                             | HM=403 404      | 403          | AH 403        | AH 403            | AH 403            | AH=409 403
findings.edit              | /c/ahp/findings/1/edit                          | 404             | 404          | AH=409 404    | AH=409 M=403 404  | AH=409 403        | AH=409 403
findings.publish           | /c/ahp/findings/1/publish                       | 404             | 404          | AH 404        | AH M=403 404      | AH 403            | AH=409 403
findings.evidence          | /c/ahp/findings/1/evidence                      | 404             | 404          | AH 404        | AH M=403 404      | AH 403            | AH=409 403
answering.support          | /host/ahp/support days=28                       | H M=403 404     | H 403        | "             | "                 | "                 | "
publishing.make            | /host/ahp/report                                | HM=403 404      | 403          | AH 403        | "                 | "                 | "
publishing.want_pdf        | /host/ahp/report/99999/pdf                      | 404             | "            | "             | "                 | "                 | "
answering.respond          | /c/ahp/findings/1/respond                       | 404             | 404          | AH=403 404    | MAH=403 404       | H=409 403         | H=409 403
findings.make_section      | /host/ahp/findings/sections/new                 | HM=403 404      | 403          | AH 403        | AH 403            | AH 403            | AH=409 403
findings.section           | /host/ahp/findings/sections/1                   | HM=403 404      | 403          | AH=409 403    | AH=409 403        | AH=409 403        | AH=409 403
findings.move_section      | /host/ahp/findings/sections/1/move              | HM=403 404      | 403          | AH=409 403    | AH=409 403        | AH=409 403        | AH=409 403
findings.remove_section    | /host/ahp/findings/sections/9/remove            | HM=403 404      | 403          | AH=404 403    | AH=404 403        | AH=404 403        | AH=409 403
findings.move              | /host/ahp/findings/1/move                       | 404             | 404          | AH=409 404    | AH=409 M=403 404  | AH=409 403        | AH=409 403
findings.show_drafts       | /host/ahp/findings/drafts do=hide               | H M=403 404     | H 403        | "             | "                 | "                 | "
findings.worklist          | /host/ahp/considered                            | HM=403 404      | 403          | AH 403        | AH 403            | AH 403            | AH=409 403
findings.take_back         | /c/ahp/findings/1/versions/1/take-back          | 404             | 404          | AH 404        | AH M=403 404      | AH 403            | AH=409 403
findings.quotes_of         | /c/ahp/findings/1/quotes                        | 404             | 404          | AH 404        | AH M=403 404      | AH 403            | AH=409 403
findings.confirm_quote     | /c/ahp/findings/1/quotes/99999/confirm          | 404             | 404          | A=403 404     | MA=403 404        | H=404 403         | H=404 403
findings.remove_quote      | /c/ahp/findings/1/quotes/99999/remove           | 404             | 404          | 404           | M=403 404         | AH=404 403        | AH=409 403
findings.remarks_on        | /c/ahp/findings/1/remarks                       | 404             | 404          | AH 404        | AH M=403 404      | AH 403            | AH=409 403
findings.resolve_remark    | /c/ahp/findings/1/remarks/99999/resolve         | 404             | 404          | 404           | M=403 404         | AH=404 403        | AH=409 403
findings.figures_of        | /c/ahp/findings/1/figures                       | 404             | 404          | AH 404        | AH M=403 404      | AH 403            | AH=409 403
hosting.people             | /host/people                                    | H 403           | "            | "             | "                 | "                 | "
hosting.two_factor         | /host/people/two-factor                         | H 403           | "            | "             | "                 | "                 | "
hosting.account            | /host/people/{person}                           | H 403           | "            | "             | "                 | "                 | "
hosting.act                | /host/people/{person}/act                       | H 403           | "            | "             | "                 | "                 | "
founding.first             | /first/no-such-secret                           | 404             | "            | "             | "                 | "                 | "
founding.step              | /host/first-steps/account                       | H 403           | "            | "             | "                 | "                 | "
hosting.register           | /host/register                                  | H 403           | "            | "             | "                 | "                 | "
hosting.number_formats     | /host/register/numbers                          | H 403           | "            | "             | "                 | "                 | "
hosting.try_number         | /host/register/numbers/try                      | H 403           | "            | "             | "                 | "                 | "
hosting.addresses          | /host/register/addresses                        | H 403           | "            | "             | "                 | "                 | "
hosting.columns_of         | /host/register/99999/columns                    | H=404 403       | "            | "             | "                 | "                 | "
hosting.load_register      | /host/register/99999/load                       | H=404 403       | "            | "             | "                 | "                 | "
hosting.drop_list          | /host/register/99999/drop                       | H=404 403       | "            | "             | "                 | "                 | "
imports.files              | /host/import                                    | H 403           | "            | "             | "                 | "                 | "
imports.take               | /host/import/99999/take                         | H=404 403       | "            | "             | "                 | "                 | "
imports.drop               | /host/import/99999/drop                         | H=404 403       | "            | "             | "                 | "                 | "
hosting.sign_on_provider   | /host/sign-on                                   | H 403           | "            | "             | "                 | "                 | "
hosting.end_sign_on        | /host/sign-on/end                               | H 403           | "            | "             | "                 | "                 | "
hosting.add_claim_rule     | /host/sign-on/rules                             | H 403           | "            | "             | "                 | "                 | "
hosting.remove_claim_rule  | /host/sign-on/rules/1/remove                    | H 403           | "            | "             | "                 | "                 | "
hosting.look               | /host/look                                      | H 403           | "            | "             | "                 | "                 | "
wording.edit               | /host/pages/terms                               | H 403           | "            | "             | "                 | "                 | "
wording.letter             | /host/words/opening                             | H 403           | "            | "             | "                 | "                 | "
hosting.put_logo           | /host/look/logo                                 | H 403           | "            | "             | "                 | "                 | "
hosting.remove_logo        | /host/look/logo/remove                          | H 403           | "            | "             | "                 | "                 | "
hosting.try_colour         | /host/look/colour                               | H 403           | "            | "             | "                 | "                 | "
hosting.send_again         | /host/mails/{mail}/again                        | H 403           | "            | "             | "                 | "                 | "
hosting.settle_failed      | /host/mails/failed do=drop mail={mail}          | H 403           | "            | "             | "                 | "                 | "
hosting.try_mail           | /host/mails/test                                | H 403           | "            | "             | "                 | "                 | "
hosting.settle_held        | /host/mails/held do=send                        | H 403           | "            | "             | "                 | "                 | "
hosting.show_kept          | /host/mails/{mail}/show                         | H=404 403       | "            | "             | "                 | "                 | "
holding.settings           | /host/ahp/holding                               | H M=403 404     | H 403        | "             | "                 | "                 | "
holding.trial              | /host/ahp/holding/try text=Because              | H M=403 404     | H 403        | "             | "                 | "                 | "
hosting.invitations        | /host/ahp/invitations                           | H 403           | "            | "             | "                 | "                 | "
hosting.end_invitation     | /host/ahp/invitations/{invitation}/end          | H 403           | "            | "             | "                 | "                 | "
hosting.decide             | /host/ahp/requests/{request}                    | H 403           | "            | "             | "                 | "                 | "
moderation.decide          | /moderate/{version}                             | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
mending.redact             | /moderate/{version}/redact phase={phase} state=held | 403         | 403          | MH 403        | MH 403            | MH 403            | MH 403
mending.merge              | /moderate/{version}/merge phase={phase} state=held | 403          | 403          | MH 403        | MH 403            | MH 403            | MH 403
mending.seal               | /moderate/{sealed}/seal                         | 403             | 403          | H 403         | H 403             | H 403             | H 403
mending.undo_merge         | /moderate/merges/{merge}/undo                   | MH=403 403      | MH=403 403   | MH 403        | MH 403            | MH 403            | MH 403
mending.undo_merge         | /moderate/merges/99999/undo                     | MH=404 403      | "            | "             | "                 | "                 | "
moderation.next_case       | /moderate/next                                  | MH 403          | "            | "             | "                 | "                 | "
moderation.open_case       | /moderate/cases/{waits}/open                     | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
moderation.claim           | /moderate/cases/{waits}/claim                    | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
moderation.leave           | /moderate/cases/{waits}/leave                    | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
moderation.decide_many     | /moderate/bulk do=approve                       | MH 403          | "            | "             | "                 | "                 | "
moderation.undo            | /moderate/{version}/undo                        | 403             | 403          | MH=404 403    | MH=404 403        | MH=404 403        | MH=404 403
moderation.ask             | /moderate/{version}/ask                         | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
moderation.move            | /moderate/{version}/move phase={phase}          | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
moderation.note            | /moderate/{version}/notes                       | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
moderation.show            | /moderate/{version}/show what=votes             | 403             | 403          | MH 403        | MH 403            | MH 403            | MH 403
moderation.keys            | /moderate/keys do=on                            | MH 403          | "            | "             | "                 | "                 | "
moderation.add_reason      | /host/reasons/new                               | H 403           | "            | "             | "                 | "                 | "
moderation.edit_reason     | /host/reasons/{reason}                          | H 403           | "            | "             | "                 | "                 | "
moderation.retire_reason   | /host/reasons/{reason}/retire                   | H 403           | "            | "             | "                 | "                 | "
moderation.use_reason      | /host/reasons/{reason}/use                      | H 403           | "            | "             | "                 | "                 | "
notices.follow             | /follow target=question key={question} do=follow | VHM=403 404     | 403          | BMAH 403      | BMAH 403          | SBMAH 403         | SBMAH 403
notices.follow             | /follow target=contribution key={idea} do=follow | VHM=403 404     | VHM=403 404  | BMAH V=403 404 | BMAH V=403 404    | SBMAH 403         | SBMAH 403
notices.follow             | /follow target=contribution key={private} do=follow | VHM=403 404     | VHM=403 404  | BMAH V=403 404 | BMAH V=403 404    | BMAH V=403 404    | BMAH V=403 404
notices.follow             | /follow target=contribution key={held} do=follow | VHM=403 404     | VHM=403 404  | HM V=403 404  | HM V=403 404      | HM V=403 404      | HM V=403 404
notices.follow             | /follow target=finding key={finding} do=follow  | V=403 404       | V=403 404    | AH V=403 404  | MAH V=403 404     | SBMAH 403         | SBMAH 403
notices.follow             | /follow target=theme key={theme} do=follow      | VHM=403 404     | 403          | BMAH 403      | BMAH 403          | SBMAH 403         | SBMAH 403
notices.follow             | /follow target=contribution key={held} do=stop   | SBMAH 403       | "            | "             | "                 | "                 | "
notices.mark_read          | /me/notices/read until=1                        | SBMAH 403       | "            | "             | "                 | "                 | "
notices.mails              | /me/notices/mails                               | SBMAH 403       | "            | "             | "                 | "                 | "
notices.leave              | /following/1-0                                  | 404             | "            | "             | "                 | "                 | "
notices.renew              | /me/feeds/renew                                 | SBMAH 403       | "            | "             | "                 | "                 | "
reports.report             | /p/{idea}/report ground=rule                     | HM=403 404      | HM=403 404   | B MAH=403 404 | B MAH=403 404     | VSBA HM=403 403   | VSBA HM=403 403
reports.report             | /p/{private}/report ground=rule                  | HM=403 404      | HM=403 404   | B MAH=403 404 | B MAH=403 404     | B MAH=403 404     | B MAH=403 404
reports.report             | /p/{held}/report ground=rule                     | HM=403 404      | HM=403 404   | HM=403 404    | HM=403 404        | HM=403 404        | HM=403 404
reports.check              | /p/{idea}/check                                  | HM=403 404      | HM=403 404   | MH=302 BA=403 404 | MH=302 BA=403 404 | MH=302 403        | MH=302 403
reports.policy             | /host/ahp/policy policy=New                      | H M=403 404     | H 403        | "             | "                 | "                 | "
reports.published          | /moderate/published/{case} decision=fine         | 403             | 403          | MH=409 403    | "                 | "                 | "
sanctions.confirm          | /me/warnings/{warning}                          | B SMAH=404 403  | "            | "             | "                 | "                 | "
sanctions.new              | /moderate/sanctions/new?version={version} kind=warning | HM=403 404 | HM=403 404 | HM 404          | HM 404            | HM 404            | HM 404
sanctions.of_person        | /host/people/{person}/sanctions kind=warning    | H 403           | "            | "             | "                 | "                 | "
sanctions.end              | /host/sanctions/{warning}/end                   | H 403           | "            | "             | "                 | "                 | "
switching.news             | /news/1-0                                       | 404             | "            | "             | "                 | "                 | "
switching.my_news          | /me/news                                        | SBMAH 403       | "            | "             | "                 | "                 | "
switching.look             | /host/ahp/as                                    | H M=403 404     | H 403        | "             | "                 | "                 | "
switching.stop_looking     | /host/ahp/as/end                                | H M=403 404     | H 403        | "             | "                 | "                 | "
switching.confirm_reasons  | /host/ahp/checklist/reasons                     | H M=403 404     | H 403        | "             | "                 | "                 | "
switching.keep_data_for    | /host/ahp/checklist/retention                   | H M=403 404     | H 403        | "             | "                 | "                 | "
switching.send_test_mail   | /host/ahp/checklist/test-mail                   | H M=403 404     | H 403        | "             | "                 | "                 | "
switching.hand_over        | /host/ahp/checklist/hand-over                   | H M=403 404     | H 403        | "             | "                 | "                 | "
switching.promise_report   | /host/ahp/promises                              | H M=403 404     | H 403        | "             | "                 | "                 | "
themes.take_in             | /host/ahp/codebook/import                       | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
themes.retire              | /host/ahp/codebook/1/retire                     | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
themes.take_up             | /host/ahp/codebook/1/take-up                    | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
themes.merge               | /host/ahp/codebook/1/merge                      | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
themes.make                | /c/ahp/themes/new name=New                      | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
themes.change              | /c/ahp/themes/1 name=Changed                    | HM=403 404      | 403          | AH 403        | "                 | "                 | AH=409 403
themes.give                | /p/{idea}/themes themes={theme}                 | HM=403 404      | "            | AH BM=403 404 | "                 | AH 403            | AH=409 403
threads.write              | /c/ahp/q/1/new text=Because kind=idea promise=2 | HM=403 404      | 403          | BMH 403       | BMH=409 403       | BMH=409 403       | BMH=409 403
threads.reply              | /p/{idea}/reply text=Because                    | HM=403 404      | HM=403 404   | BMH A=403 404 | BMH=409 A=403 404 | BMH=409 403       | BMH=409 403
threads.vote               | /vote vote=agree-{idea}                         | HM=403 404      | HM=403 404   | B MAH=403 404 | B=409 MAH=403 404 | B=409 403         | B=409 403
threads.vote               | /vote vote=agree-{private}                      | HM=403 404      | HM=403 404   | B MAH=403 404 | B=409 MAH=403 404 | B=409 MAH=403 404 | B=409 MAH=403 404
threads.vote               | /vote vote=agree-{own}                          | HM=403 404      | HM=403 404   | BMAH=403 404  | BMAH=403 404      | 403               | 403
threads.vote               | /vote vote=agree-{held}                         | HM=403 404      | HM=403 404   | HM=403 404    | HM=403 404        | HM=403 404        | HM=403 404
threads.vote               | /vote vote=agree-f{finding}                     | 404             | 404          | AH=403 404    | MAH=403 404       | SB 403            | SB=409 403
threads.seen               | /seen place=thread-{idea} upto=2030-01-01T00:00 | HM V=403 404    | HM V=403 404 | BMAH V=403 404 | BMAH V=403 404         | SBMAH 403         | SBMAH 403
threads.comment_on_finding | /c/ahp/findings/1/comment text=Because          | 404             | 404          | AH=403 404    | MAH=403 404       | SBMH 403          | SBMH=409 403
threads.close              | /p/{idea}/close                                 | HM=403 404      | HM=403 404   | HM BA=403 404 | HM=409 BA=403 404 | HM=409 403        | HM=409 403
threads.open_again         | /p/{idea}/open                                  | HM=403 404      | HM=403 404   | HM BA=403 404 | HM=409 BA=403 404 | HM=409 403        | HM=409 403
threads.pin                | /p/{asked}/pin do=pin                       | HM=403 404      | HM=403 404   | HM BA=403 404 | HM=409 BA=403 404 | HM=409 403        | HM=409 403
threads.pin                | /p/{idea}/pin do=pin                            | HM=403 404      | HM=403 404   | BMAH=403 404  | BMAH=403 404      | 403               | 403
threads.edit               | /p/{idea}/edit text=Mine                        | HM=403 404      | HM=403 404   | BMAH=403 404  | BMAH=403 404      | 403               | 403
threads.withdraw           | /p/{idea}/withdraw                              | HM=403 404      | HM=403 404   | BMAH=403 404  | BMAH=403 404      | 403               | 403
threads.promise            | /p/{idea}/promise promise=2                     | HM=403 404      | HM=403 404   | BMAH=403 404  | BMAH=403 404      | 403               | 403
threads.preview            | /preview text=Because                           | SBMAH 403       | "            | "             | "                 | "                 | "
"""

NOT_SENT = {
    "accounts.sign_out": "it ends the sign-in that the walk needs; tests/accounts",
    "accounts.sign_out_everywhere": "the same",
}

Answer = dict[str, int]


def lines(table: str) -> list[tuple[str, str, dict[Phase, str]]]:
    found = []
    for line in table.strip().splitlines()[1:]:
        endpoint, address, *cells = (cell.strip() for cell in line.split("|"))
        for n, cell in enumerate(cells):
            cells[n] = cells[n - 1] if cell == '"' else cell
        found.append((endpoint, address, dict(zip(PHASES, cells, strict=True))))
    return found


def expected(cell: str) -> Answer:
    """For each standing the status that the cell promises."""
    rest = re.findall(r"(?:^| )(\d+)", cell)
    answer = dict.fromkeys("VSBMAH", int(rest[0]) if rest else 200)
    for letters, status in re.findall(r"\b([VSBMAH]+)(?:=(\d+))?", cell):
        answer |= dict.fromkeys(letters, int(status or 200))
    assert rest or cell == "all" or len(set(re.findall("[VSBMAH]", cell))) == len(answer), (
        f"nothing for the rest: {cell}"
    )
    return answer


@pytest.fixture(params=PHASES)
def phase(request: pytest.FixtureRequest) -> Phase:
    return Phase(request.param)


@pytest.fixture
def world(app: Flask, phase: Phase) -> dict[str, Any]:
    """A consultation in this phase, with a text of each sort; names as the addresses above have them."""
    ahp = make.consultation("ahp", phase=phase)
    others, member = make.member(ahp, "other@example.org"), make.member(ahp, "member@example.org")
    stakeholder, another = (make.member(ahp, standing=Standing.STAKEHOLDER, group="Carer") for _n in range(2))
    question, now = ahp.questions[0], clock.now()
    finding = make.finding(ahp)
    make.finding(ahp, state=State.DRAFT)
    texts = {
        "idea": make.contribution(question, by=others),
        "private": make.contribution(question, by=others, promise=Promise.MEMBERS),
        "held": make.contribution(question, by=others, state=State.HELD),
        "own": make.contribution(question, by=member, promise=Promise.NAMELESS),
        "own_held": make.contribution(question, by=member, state=State.HELD),
        "said": make.contribution(finding, by=another),
        "refused": make.contribution(question, by=member, state=State.REJECTED),
        "appealed": make.contribution(question, by=others, state=State.REJECTED),
    }
    with transaction() as session:
        reason = make.reason()
        mail = Mail(
            kind="returned", state="failed", address="a@example.org", subject="A", body="A", created_at=now, due_at=now
        )
        invitation = Invitation(consultation_id=ahp.id, secret="x", standing="B", created_at=now, expires_at=now + DAY)
        request = JoinRequest(consultation_id=ahp.id, person_id=another.id, name="Ann", created_at=now)
        request.profession, request.region = "Dietitian", "London"
        theme = Theme(consultation_id=ahp.id, number=1, name="Access")
        section = Section(consultation_id=ahp.id, number=1, position=1, title="Impacts", changed_at=now)
        deposit = Deposit(consultation_id=ahp.id, number=1, kind="link", title="A study", added_at=now)
        session.add_all([reason, mail, invitation, request, theme, section, deposit])
        for name in ("secret", "other"):
            asked = ExpertRequest(consultation_id=ahp.id, question_id=question.id, name="Ann", created_at=now)
            asked.email, asked.secret, asked.sent_by_id = others.email, hashed(name), others.id
            session.add(asked)
        session.flush()
        session.add(Themed(contribution_id=texts["idea"].id, theme_id=theme.id))
        expert = {"secret": "secret", "other_expert": asked.id, "long": "x" * 1001, "theme": theme.id}
        rows = expert | {"reason": reason.id, "mail": mail.id, "invitation": invitation.id, "request": request.id}
    files = {f"{name}_file": make.file(text, by=others.id) for name, text in texts.items() if name != "idea"}
    files |= {
        "file": make.file(texts["idea"], by=others.id),
        "waiting_file": make.file(question, by=member.id),
        "document": make.file(question, by=others.id, document=True),
    }
    version = db.session.query(Version.id).filter_by(contribution_id=texts["held"].id).scalar()
    mended = _mended(question, others, another, finding)
    waits = db.session.query(Case.id).filter_by(contribution_id=texts["held"].id).scalar()
    people = {"S": stakeholder.id, "B": member.id} | {
        letter: make.person(f"{letter}@example.org", roles=letter, name=f"Staff {letter}").id for letter in "MAH"
    }
    again = _looked_at_again(texts, others, member, people["M"])
    cast = {"V": Actor(app)} | {letter: Actor(app, number) for letter, number in people.items()}
    texts["asked"] = make.contribution(question, by=make.as_asker(people["M"]))
    numbers = {name: text.id for name, text in texts.items()} | {"question": question.id}
    here = {"phase": str(phase), "finding": finding.id, "version": version, "person": others.id, "waits": waits}
    return {"cast": cast} | here | rows | numbers | files | mended | again


def _looked_at_again(texts: dict[str, Any], others: Any, member: Any, moderator: int) -> dict[str, int]:
    """An appeal, a report, a second reading, a wish to look behind an alias, and a warning."""
    with transaction() as session:
        appeals.appeal(session.get_one(Contribution, texts["appealed"].id), by=others, words="It is on topic.")
        appeal = db.session.query(Case.id).filter_by(kind="appeal").scalar()
        case = reports.look_at(session.get_one(Contribution, texts["said"].id), by=make.as_asker(others.id))
    found = {"appeal": appeal, "case": case}
    found |= {"reading": make.second_reading(texts["idea"]), "wish": make.wish(texts["idea"])}
    now = clock.now()
    warning = Sanction(person_id=member.id, kind="warning", words="Be kind.", by_id=moderator, at=now, confirmed_at=now)
    with transaction() as session:
        session.add(warning)
    return found | {"warning": warning.id}


def _mended(question: Any, others: Any, another: Any, finding: Any) -> dict[str, int]:
    """A text of which a passage was struck out, and two that were merged."""
    by = make.as_asker(make.person(roles="M", name="Staff").id)
    struck = make.contribution(question, by=others, text="Ann says so", state=State.HELD)
    one, two = (make.contribution(finding, by=who) for who in (another, others))
    version = acts.shown(struck).id
    acts.redact(struck, "Ann", by=by)
    merged = Merge(contribution_id=two.id, target_id=one.id, person_id=by.id, votes=[], was={}, at=clock.now())
    with transaction() as session:
        session.add(merged)
    return {"sealed": version, "merge": merged.id}


def asked(who: Actor, method: str, address: str, fields: dict[str, str]) -> int:
    """Ask outside of the test's own context, as `Actor` does, and follow nothing."""

    def ask() -> int:
        return who.browser.open(
            address, method=method, data=fields or None, buffered=True, base_url="http://localhost"
        ).status_code

    return contextvars.Context().run(ask)


def token(who: Actor) -> str:
    """Of the form for signing out, which every page has, or of the one for signing in."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', who.get("/me" if who.id else "/login"))
    assert found
    return found[1]


def normal(status: int) -> int:
    """What was taken, or asked for again because a field is missing, was allowed."""
    return 200 if status in (302, 303, 400, 422) else status


def walk(world: dict[str, Any], table: str, method: str, phase: Phase) -> tuple[list[str], int]:
    wrong, cells = [], 0
    tokens = {letter: token(who) if method == "POST" else "" for letter, who in world["cast"].items()}
    for endpoint, line, by_phase in lines(table):
        address, *pairs = line.format(**world).split(" ")
        fields = dict(pair.split("=", 1) for pair in pairs)
        for letter, promised in expected(by_phase[phase]).items():
            cells += 1
            sent = fields | {"once": f"{letter}{cells}", "csrf_token": tokens[letter]}
            found = asked(world["cast"][letter], method, address, sent if method == "POST" else {})
            fine = found == promised or (method == "POST" and promised == 200 == normal(found))
            if not fine:
                wrong.append(f"{phase}: {letter} {method} {line} ({endpoint}): {found} instead of {promised}")
    return wrong, cells


@pytest.mark.on_postgresql_in(Phase.MEMBERS, Phase.CLOSED)
def test_every_address_answers_every_standing_as_written(world, phase):
    wrong, cells = walk(world, GET, "GET", phase)
    assert not wrong, "\n".join(wrong)
    assert cells > 300


@pytest.mark.on_postgresql_in(Phase.MEMBERS, Phase.CLOSED)
def test_every_form_is_taken_from_those_who_may_and_from_nobody_else(world, phase):
    """P1, P8: a control that is not shown is refused as well when it is sent."""
    wrong, cells = walk(world, POST, "POST", phase)
    assert not wrong, "\n".join(wrong)
    assert cells > 150


@pytest.mark.parametrize(("method", "table"), [("GET", GET), ("POST", POST)])
def test_every_address_is_classified(app, method, table):
    there = {rule.endpoint for rule in app.url_map.iter_rules() if method in (rule.methods or ())}
    classified = {endpoint for endpoint, *_rest in lines(table)} | (set(NOT_SENT) if method == "POST" else set())
    assert there - classified == set(), "unclassified address: give it a line in the table of this file"
    assert classified - there == set(), "a line for an address that is gone"


def test_every_line_goes_to_the_address_it_names(app):
    """Otherwise a line could be true of another page."""
    match = app.url_map.bind("localhost").match
    names = set(re.findall(r"{(\w+)}", GET + POST))
    numbers = dict.fromkeys(names, 1)
    for method, table in (("GET", GET), ("POST", POST)):
        for endpoint, line, _cells in lines(table):
            assert match(re.split("[ ?]", line.format(**numbers))[0], method)[0] == endpoint
