import type { LogName } from './layout.js';

/**
 * The README of a bag: what a stranger needs who has neither this program nor anybody to ask. The Python in it is run
 * by a test, so that what it says is true.
 */
export function readmeText(log: LogName): string {
  return `${log === 'events' ? EVENTS : READS}${HOW}
--- 8< --- Python 3 ---------------------------------------------------------------------------------------------------
${PYTHON}--- >8 ---------------------------------------------------------------------------------------------------------------
`.replaceAll('{log}', log);
}

/** Recomputes the root of the tree from the segments, with the standard library of Python 3 alone. */
const PYTHON = `import glob, gzip, hashlib, json
sha = lambda b: hashlib.sha256(b).digest()
hexed = lambda s: hashlib.sha256(s.encode()).hexdigest()
text = lambda v: json.dumps(v, ensure_ascii=False)
peaks, size = [], 0
for name in sorted(glob.glob("data/{log}/*.jsonl.gz")):
    for line in gzip.open(name, "rt", encoding="utf-8", newline="\\n"):
        e = json.loads(line)
        size += 1
        assert e["sequence"] == size
        entry = ('{"data":"%s","id":"%s","meta":"%s","recordedAt":%s,"revision":%d,"stream":%s,"type":%s,"version":%d}'
                 % (hexed(e["data"]), e["id"], hexed(e["meta"]), text(e["recordedAt"]), e["revision"],
                    text(e["stream"]), text(e["type"]), e["version"]))
        node, count = sha(b"\\0" + entry.encode()), size
        while count % 2 == 0:
            node, count = sha(b"\\1" + peaks.pop() + node), count // 2
        peaks.append(node)
root = peaks.pop() if peaks else sha(b"")
while peaks:
    root = sha(b"\\1" + peaks.pop() + root)
import base64
signed = open("data/checkpoint", encoding="utf-8").read().split("\\n")
print(size, base64.b64encode(root).decode())
print("OK" if signed[1:3] == [str(size), base64.b64encode(root).decode()] else "DIFFERS")
`;

const EVENTS = `HỒ SƠ CÁN BỘ, CÔNG CHỨC, VIÊN CHỨC: BẢN LƯU TRỮ NHẬT KÝ
(English below)

Gói này chứa toàn bộ sự kiện của một hệ thống quản lý hồ sơ, từ sự kiện thứ nhất. Đây là gói BagIt (RFC 8493): phần mềm
BagIt bất kỳ đều kiểm tra được. Không cần phần mềm đã tạo ra gói để đọc nó.

  data/events/*.jsonl.gz       các sự kiện theo thứ tự ghi, mỗi dòng một sự kiện (JSON, UTF-8, nén gzip)
  data/events-sha256.txt       SHA-256 của từng tệp sau khi giải nén
  data/schemas/                lược đồ JSON của từng loại sự kiện và từng phiên bản, có tên trường tiếng Việt, tiếng Anh
  data/catalogues/             các danh mục và đơn vị tại thời điểm lưu trữ (CSV)
  data/tiles/, data/checkpoint cây băm Merkle (RFC 6962) trên các sự kiện và xác nhận có chữ ký
  data/keys/                   khóa công khai của người ký xác nhận

Mỗi dòng gồm: sequence (số thứ tự), stream (hồ sơ), revision (số hiệu trong hồ sơ), id, type và version (loại, phiên bản),
recordedAt (lúc ghi, UTC), data (nội dung, văn bản JSON) và meta (ai ghi, thay cho đơn vị nào). Giá trị cá nhân trong data
được mã hóa (AES-256-GCM) dưới "sealed"; khóa được giữ riêng, có thể đã bị hủy hợp pháp. Phần "open" đọc được ngay.

Kiểm tra các tệp:        sha256sum -c manifest-sha256.txt
Kiểm tra sau giải nén:   cd data/events && for f in *.gz; do zcat $f | sha256sum; done   (so với data/events-sha256.txt)
Đọc một hồ sơ:           zcat data/events/*.gz | grep person-<mã>
Kiểm tra toàn bộ cây:    chạy đoạn Python dưới đây trong thư mục của gói; phải in ra OK
Kiểm tra chữ ký:         data/checkpoint là C2SP signed note, chữ ký Ed25519 trên các dòng trước dòng trống, kể cả dấu
                         xuống dòng cuối; sau mã khóa 4 byte. Hãy so khóa công khai với bản đã được công bố ở nơi khác.

----------------------------------------------------------------------------------------------------------------------

PERSONNEL RECORDS OF CIVIL SERVANTS: ARCHIVE OF THE LOG

This bag holds every event of a records system, from the first one on. It is a bag of BagIt (RFC 8493), which any BagIt
tool validates. Nothing of the software that made it is needed to read it.

  data/events/*.jsonl.gz       the events in order of recording, one a line (JSON, UTF-8, packed with gzip)
  data/events-sha256.txt       SHA-256 of each of these files unpacked
  data/schemas/                JSON Schema of every event type and version used, with the fields' names
  data/catalogues/             the lists of codes and the units as they stood then (CSV)
  data/tiles/, data/checkpoint the Merkle tree (RFC 6962, C2SP tlog-tiles) over the events, and its signed state
  data/keys/                   public keys of whoever signed it

Each line has: sequence (1, 2, 3 ...), stream (the record), revision (0, 1, 2 ... in the record), id, type and version,
recordedAt (when it was recorded, UTC), data (what it says: JSON as text) and meta (who recorded it, for which unit). In
data, "open" is in clear; under "sealed" personal values are encrypted (AES-256-GCM), one text "h1.<key id>.<base64url>"
for each group of fields. Keys are kept apart, and may have been lawfully destroyed. A correction ("corrected") replaces
what its "target" said, a rescission ("rescinded") takes it out of force; nothing is ever removed.

Check the files:         sha256sum -c manifest-sha256.txt
... and unpacked:        cd data/events && for f in *.gz; do zcat $f | sha256sum; done   (see data/events-sha256.txt)
Read one record:         zcat data/events/*.gz | grep person-<id>
Check the whole tree:    run the Python below in the directory of the bag; it must print OK
Check the signature:     data/checkpoint is a C2SP signed note: Ed25519 over the lines before the empty line, with the
                         last newline; the base64 of the signature begins with 4 bytes that name the key. Compare the
                         public key with the one that was published elsewhere.
`;

const READS = `AI ĐÃ XEM HỒ SƠ: BẢN LƯU TRỮ NHẬT KÝ TRUY CẬP
(English below)

Gói này chứa toàn bộ các lần xem của một hệ thống quản lý hồ sơ: ai, cho cơ quan nào, xem gì, của ai, theo quyền nào. Đây
là gói BagIt (RFC 8493): phần mềm BagIt bất kỳ đều kiểm tra được. Không cần phần mềm đã tạo ra gói để đọc nó.

  data/reads/*.jsonl.gz        các lần xem theo thứ tự ghi, mỗi dòng một lần (JSON, UTF-8, nén gzip)
  data/reads-sha256.txt        SHA-256 của từng tệp sau khi giải nén
  data/tiles/, data/checkpoint cây băm Merkle (RFC 6962) trên các lần xem và xác nhận có chữ ký
  data/keys/                   khóa công khai của người ký xác nhận

Trong mỗi dòng, data là văn bản JSON gồm: at (lúc hỏi), request (mã yêu cầu, như trong nhật ký vận hành), account (tài
khoản), unit (đơn vị mà tài khoản đại diện; toàn số 0: không có), client (phiên hoặc hệ thống), route (đường dẫn), person
(hồ sơ; null: danh sách), ground (căn cứ của quyền; null: bị từ chối hoặc là danh sách), consents (số văn bản đồng ý), groups
(nhóm trường được xem), asOf và knownAt (ngày hiệu lực và số thứ tự được hỏi), filter (bộ lọc, đã mã hóa; với dòng lệnh: mục
đích), count (số dòng của danh sách), status (mã trả lời HTTP). Nhật ký này không nằm trong nhật ký sự kiện.

Kiểm tra các tệp:        sha256sum -c manifest-sha256.txt
Ai đã xem một hồ sơ:     zcat data/reads/*.gz | grep '<mã hồ sơ>'
Kiểm tra toàn bộ cây:    chạy đoạn Python dưới đây trong thư mục của gói; phải in ra OK

----------------------------------------------------------------------------------------------------------------------

WHO HAS READ WHICH RECORD: ARCHIVE OF THE AUDIT OF READS

This bag holds every question about persons that a records system was asked: by whom, for which agency, about whom, and
on what right. It is a bag of BagIt (RFC 8493), which any BagIt tool validates. Nothing of the software that made it is
needed to read it.

  data/reads/*.jsonl.gz        the questions in order of writing, one a line (JSON, UTF-8, packed with gzip)
  data/reads-sha256.txt        SHA-256 of each of these files unpacked
  data/tiles/, data/checkpoint the Merkle tree (RFC 6962, C2SP tlog-tiles) over them, and its signed state
  data/keys/                   public keys of whoever signed it

Each line has: sequence and revision (its number, from 1 and from 0), stream and type (always "reads" and "read"), id
(tells the number too), recordedAt (when it was written, UTC), meta (always {}) and data, which is JSON as text: at (when
it was asked), request (id, as in the operational log), account, unit (that the account acted for; zeros: none), client
(session or system), route (method and path), person (whose record; null: a list), ground (of the right; null: refused,
or a list), consents (numbers of the written consents), groups (of fields shown), asOf and knownAt (the day and the
sequence asked for), filter (of a list, encrypted; on the command line: the purpose), count (of a list), status (of HTTP).
It is no part of the log of events.

Check the files:         sha256sum -c manifest-sha256.txt
Who read one record:     zcat data/reads/*.gz | grep '<id of the record>'
Check the whole tree:    run the Python below in the directory of the bag; it must print OK
Check the signature:     data/checkpoint is a C2SP signed note: Ed25519 over the lines before the empty line, with the
                         last newline; the base64 of the signature begins with 4 bytes that name the key. Compare the
                         public key with the one that was published elsewhere.
`;

const HOW = `
The tree: the leaf of a line is SHA-256 of a zero byte and this text, its two hashes hexadecimal, of the UTF-8 bytes:
  {"data":"<sha256 of data>","id":...,"meta":"<sha256 of meta>","recordedAt":...,"revision":...,"stream":...,"type":...,"version":...}
and a node is SHA-256 of a one byte, the left and the right hash (RFC 6962, 2.1).
`;
